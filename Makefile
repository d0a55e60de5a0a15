# PYTHON=python3.12 measures that Python; RANGE=v0.1.. measures those commits; BASE=v0.1 is what a
# gate compares with.
export PYTHON RANGE BASE

.PHONY: bench gate site test clean

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
