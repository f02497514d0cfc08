"""`holdfast demo`: a hub and the agencies of a scenario as processes of this machine, playing one incident.

scenario   what is played, read from a file
clock      the scenario's time, which the hub goes by
processes  starts programs and ends every one of them, however the demo ends
line       an agency's line to the hub, which can be slow, held and cut
region     the hub and the nodes: found, enrol, start, kill, ask
stage      what every act needs, and the wait until the region has come to rest
play       the loop over the scenario's events
acts_*     what each of them does: incident, follow_ups, offers, faults
played     what was counted meanwhile
stores     what the stopped hub and nodes have stored
reports    the reports of their ledgers
comparison whether all that keeps the promises
ownership  the same for follow-ups: exactly one owner each, and peers
end_state  how everything ended, in a few digits
screen     what a person sees
tables     the tables of it
cli        the command

consoles   after the play: the hub's and one node's console, and who signs in there
at_scenario_time   a program: a hub or a node, by the scenario's clock
"""
