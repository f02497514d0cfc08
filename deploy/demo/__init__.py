"""`holdfast demo`: a hub and the agencies of a scenario as processes of this machine, playing one incident.

scenario   what is played, read from a file
processes  starts programs and ends every one of them, however the demo ends
line       an agency's line to the hub, which can be cut
region     the hub and the nodes: found, enrol, start, kill, ask
play       what each event of the scenario does
played     what was counted meanwhile
stores     what the stopped hub and nodes have stored
comparison whether that keeps the promises
screen     what a person sees
cli        the command
"""
