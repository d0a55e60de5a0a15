# PYTHON=python3.12 measures that Python; RANGE=v0.1.. measures those commits; BASE=v0.1 is what a
# gate compares HEAD=... with, or what is checked out; COMMENT=FILE gets the comment for a pull
# request, and LOOK=1 has a gate run nothing. accept makes the figures of the working tree the
# budgets, proof scores what is found of planted commits, load runs ten million exchanges, or
# LOAD_EXCHANGES. test is every check, and check what of it is quick, for before each commit.
export PYTHON RANGE BASE HEAD COMMENT LOOK LOAD_EXCHANGES

.PHONY: accept bench check gate load proof site test clean

accept:
	@python3 dev accept

bench:
	@python3 dev bench

check:
	@python3 dev check

gate:
	@python3 dev gate

load:
	@python3 dev load

proof:
	@python3 dev proof

site:
	@python3 dev site

test:
	@python3 dev test

clean:
	@python3 dev clean
