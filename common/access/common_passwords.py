"""The bundled list of breached passwords, as what they are made of: known words, and rules.

Long breached passwords are short ones, grown: a word or two with digits, a word twice, a walk over the keyboard. So the
list holds the words, and these rules stand for the passwords that grow out of them (some hundreds of millions):

1. Walks of four and more keys along a keyboard's row, column or the alphabet, forward or back, are taken out; so are
   digits, other signs, and a sign repeated three times and more.
2. What remains is compared as it is, and with digits and signs read as the letters that they replace (`p4$$w0rd`).
3. It is refused when nothing remains, when not more than two letters remain, or when it is made of one or two of the
   words, each as often as one likes.
4. It is refused when it is one piece of up to six signs, again and again.

The words were chosen by us: what people choose first (pass-words, loves, names, animals, sports, seasons, places, this
trade's own words). No file of anybody's passwords is in it.
"""

import re
import unicodedata
from functools import cache

MOST_WORDS = 2
MOST_REST = 2  # letters
_WORDS = """
password passwort passwd pass pwd admin administrator root user login logon signin welcome letmein changeme default
secret access master guest test testing tester demo temp temporary trustno trust noone iloveyou loveyou ilove iluv
love lovely lover loveme you me my mine the and is not your this that it am are for of in to be all one two three four
five princess prince queen king angel baby babygirl babyboy honey sweet sweetie sugar sweetheart darling cutie
beautiful pretty sexy hello hi hey goodbye thanks please smile happy sunshine sunset sunny moon star stars starlight
heaven monkey dragon tiger lion bear wolf eagle falcon hawk horse dog doggy puppy cat kitty kitten bunny rabbit turtle
dolphin shark snake spider butterfly panda penguin elephant cheetah panther cougar jaguar mustang bronco pony chicken
duck bird football baseball basketball soccer hockey tennis golf golfer swimming volleyball softball rugby boxing
wrestling yankees cowboys steelers packers eagles raiders broncos redsox dodgers lakers bulls celtics chelsea arsenal
liverpool barcelona madrid juventus champion winner player team sports coach superman batman spiderman ironman wonder
woman super hero starwars pokemon pikachu naruto minecraft fortnite roblox mario zelda sonic matrix jedi yoda
skywalker ninja samurai warrior hunter killer shadow ghost phantom demon devil lucifer satan jesus jesuschrist christ
god godisgood blessed faith hope grace peace church bible amen spirit holy freedom liberty justice america american
usa canada mexico texas california colorado florida newyork london paris berlin tokyo sydney denver dallas houston
chicago boston austin michael jessica jennifer ashley amanda daniel david robert james john william thomas joseph
charles christopher matthew anthony mark donald steven paul andrew joshua kenneth kevin brian george edward ronald
timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel
gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam henry nathan douglas zachary peter
kyle mary patricia linda barbara elizabeth susan sarah karen nancy lisa betty margaret sandra kimberly emily donna
michelle carol dorothy melissa deborah stephanie rebecca sharon laura cynthia kathleen amy shirley angela helen anna
brenda pamela nicole samantha katherine emma ruth christine catherine debra rachel carolyn janet virginia maria
heather diane julie joyce victoria kelly christina lauren joan evelyn olivia judith megan cheryl martha andrea frances
hannah jacqueline ann jean alice kathryn gloria teresa sara janice doris madison julia sophia isabella mia ava charlie
buddy max bella lucy molly daisy rocky jake toby bailey maggie sophie buster ginger pepper princesa amor teamo
mariposa estrella corazon mama papa mom mommy mother dad daddy father family friend friends friendship forever always
together brother sister son daughter wife husband sexyback january february march april may june july august september
october november december monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter
season birthday christmas xmas halloween holiday vacation red blue green yellow orange purple black white pink brown
silver gold golden diamond crystal rainbow color cherry apple banana peach lemon strawberry chocolate cookie candy
cheese pizza coffee whiskey vodka beer cocacola pepsi computer internet google facebook instagram twitter youtube
snapchat tiktok netflix amazon microsoft windows iphone android samsung nokia sony dell lenovo linux ubuntu server
system network security office work company business money cash dollar dollars rich bank credit mercedes ferrari
porsche bmw audi toyota honda nissan harley davidson yamaha suzuki kawasaki chevy chevrolet camaro corvette ford jeep
dodge charger truck driver racing nascar metallica nirvana slipknot eminem rockstar rock rocker music guitar piano
drummer dance dancer dancing jordan lebron kobe bryant ronaldo messi fire firefighter fireman firefighting firerescue
firehouse firestation firedept department ems emt medic paramedic rescue ambulance hospital nurse doctor police
policeman policeofficer officer cop cops sheriff deputy trooper detective sergeant lieutenant captain chief marshal
patrol corrections jail prison warden dispatch dispatcher emergency hotshot engine ladder station battalion brigade
volunteer responder firstresponder heroes swat army navy marine marines airforce military soldier veteran sniper
ranger peer support peersupport supporter coordinator clinician chaplain operator auditor leader agency county city
state district regional region holdfast node hub correct battery staple correcthorsebatterystaple thequickbrownfox
quickbrownfox jumpsover lazydog abcdef whatever nothing something anything everything everybody nobody somebody crazy
lazy cool awesome amazing fantastic perfect magic magical mystery lucky luck seven bigdog topgun maverick goose iceman
viper cobra python java ruby pearl asshole bitch fuck fucker fuckyou fuckoff shit bullshit damn cunt dick pussy porn
sexsexsex boobs
"""
_ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "12345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "!qaz@wsx#edc$rfv%tgb^yhn",
    "!@#$%^&*()_+",
)
_SHORTEST_WALK = 4
_LONGEST_PIECE = 6
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_READ_AS = str.maketrans("0134578@$!|", "oieastbasil")
_READ_ALSO = str.maketrans("0134578@$!|", "oleastbasil")


def is_common(password: str) -> bool:
    """Tell whether a password is one of those that stand for the list (1 to 4)."""
    said = unicodedata.normalize("NFKC", password).casefold()
    if _is_repeated(said):
        return True
    unwalked, inner = _without_walks(said), _ENDS.sub("", said)
    forms = (unwalked, inner, *(text.translate(read) for text in (unwalked, inner) for read in (_READ_AS, _READ_ALSO)))
    return any(_is_grown(_letters(form)) for form in forms)


def _is_repeated(said: str) -> bool:
    """Tell whether a password is one short piece, again and again (4)."""
    return any(said == (said[:length] * len(said))[: len(said)] for length in range(1, _LONGEST_PIECE + 1))


def _is_grown(rest: str) -> bool:
    """Tell whether letters are nothing but one or two of the words (3)."""
    known, longest = _known()
    ways: list[set[frozenset[str]]] = [set() for _ in range(len(rest) + 1)]
    ways[0].add(frozenset())
    for at in range(len(rest)):
        for used in ways[at]:
            for end in range(at + 1, min(at + longest, len(rest)) + 1):
                word = rest[at:end]
                if word in known and len(used | {word}) <= MOST_WORDS:
                    ways[end].add(used | {word})
    return len(rest) <= MOST_REST or bool(ways[-1])


def _without_walks(said: str) -> str:
    """Take the walks and the repeated signs out (1); a gap stays where they were."""
    left, at = [], 0
    while at < len(said):
        end = max(_walk_end(said, at), _repeat_end(said, at))
        left.append(said[at] if end == at else " ")
        at = max(end, at + 1)
    return "".join(left)


def _walk_end(said: str, at: int) -> int:
    end = at + _SHORTEST_WALK
    if end > len(said) or not any(said[at:end] in row for row in _walks()):
        return at
    while end < len(said) and any(said[at : end + 1] in row for row in _walks()):
        end += 1
    return end


def _repeat_end(said: str, at: int) -> int:
    end = at
    while end < len(said) and said[end] == said[at]:
        end += 1
    return end if end - at >= 3 else at


def _letters(said: str) -> str:
    return "".join(character for character in said if character.isalpha())


@cache
def _walks() -> tuple[str, ...]:
    return (*_ROWS, *(row[::-1] for row in _ROWS))


@cache
def _known() -> tuple[frozenset[str], int]:
    words = frozenset(_WORDS.split())
    return words, max(map(len, words))
