# PYTHON=python3.12 runs the checks on that Python.
export PYTHON

.PHONY: test clean

test:
	@python3 -m tools test

clean:
	@git clean -fdXq
