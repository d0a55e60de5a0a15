# `python3 dev --help` says what each does, and what PYTHON, RANGE, BASE and the like are.
.PHONY: check test bench site gate accept evaluate load clean

check:
	@python3 dev check

test:
	@python3 dev test

bench:
	@python3 dev bench

site:
	@python3 dev site

gate:
	@python3 dev gate

accept:
	@python3 dev accept

evaluate:
	@python3 dev evaluate

load:
	@python3 dev load

clean:
	@python3 dev clean
