# PYTHON=python3.12 measures that Python; RANGE=v0.1.. measures those commits.
export PYTHON RANGE

.PHONY: bench site test clean

bench:
	@python3 -m tools bench

site:
	@python3 -m tools site

test:
	@python3 -m tools test

clean:
	@git clean -fdXq
