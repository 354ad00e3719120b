"""The definitions of the back test, which its sentences tell."""

FIRST_DAYS = 28  # of a log: nothing is compared yet
WASHOUT_DAYS = 28  # after an injury: what comes back within them is the same injury
LOOKS_BACK_DAYS = 14  # so long before an injury a flag has told of it
LEAST_P = 0.001  # a smaller probability is told as below it
NEEDED_ONSETS = 20  # with fewer injuries nothing is said of any rule
