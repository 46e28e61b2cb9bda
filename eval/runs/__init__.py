"""Cases through the answering core into a folder; the run to look at, to compare, to hold against floors."""
