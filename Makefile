# PYTHON=python3.12 measures that Python; RANGE=v0.1.. measures those commits; BASE=v0.1 is what a
# gate compares with. accept makes the figures of the working tree the budgets.
export PYTHON RANGE BASE

.PHONY: accept bench gate site test clean

accept:
	@python3 -m tools accept

bench:
	@python3 -m tools bench

gate:
	@python3 -m tools gate

site:
	@python3 -m tools site

test:
	@python3 -m tools test

clean:
	@git clean -fdXq
