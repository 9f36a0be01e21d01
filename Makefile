# Every command a developer, a facilitator or the build server needs; each sets up what it uses and nothing more.
.DEFAULT_GOAL := help
.PHONY: help demo install test soak bench check audit lock clean

help:  ## say what can be done here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo:  ## open the programme with made-up answers at http://127.0.0.1:8866
	@sh deploy/bootstrap.sh && exec .venv/bin/kompetanse demo

install:  ## make .venv with Kompetanse and the test tools
	@sh deploy/bootstrap.sh --tests

test: install  ## run all tests, the browser ones too
	@sh deploy/test-machine.sh
	.venv/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not alone"
	.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m alone

soak: install  ## kill servers, kernels and reports 220 times, make 357 on a cluster, attack 1,000 regions, guess 10,000 codes
	@sh deploy/test-machine.sh
	KOMPETANSE_SOAK=1 .venv/bin/python -m pytest tests/analysis/test_attack.py tests/analysis/test_coverage.py -s
	KOMPETANSE_SOAK=1 .venv/bin/python -m pytest tests/programme/test_mangled_content.py
	KOMPETANSE_SOAK=1 .venv/bin/python -m pytest tests/reports/test_rerun.py tests/reports/test_cluster.py
	KOMPETANSE_SOAK=1 .venv/bin/python -m pytest tests/server/test_guessing.py -s
	KOMPETANSE_SOAK=1 .venv/bin/python -m pytest tests/server/test_poll_hall.py tests/server/test_malformed.py
	KOMPETANSE_SOAK=1 .venv/bin/python -m pytest tests/browser/walk/test_gathering.py -s
	KOMPETANSE_SOAK_KILLS=20 .venv/bin/python -m pytest tests/browser/walk -k killed
	KOMPETANSE_SOAK_FAULTS=200 .venv/bin/python -m pytest tests/server/test_kills.py

bench: install  ## measure what must be fast, beside what one would use instead; leave the machine alone meanwhile
	@sh deploy/test-machine.sh
	.venv/bin/python -m benchmarks.page --json build/bench/page.json
	.venv/bin/python -m benchmarks.visitors --json build/bench/visitors.json
	.venv/bin/python -m benchmarks.batch --country --json build/bench/batch.json
	.venv/bin/python -m benchmarks.log --json build/bench/log.json
	.venv/bin/python -m benchmarks.answering --json build/bench/answering.json
	.venv/bin/python -m benchmarks.polls --json build/bench/polls.json
	.venv/bin/python -m benchmarks.rooms --json build/bench/rooms.json

check: install  ## style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

audit: install  ## ask PyPI for known holes in what is locked, and hold licences against the list
	.venv/bin/python deploy/audit.py $(AUDIT)

lock: install  ## pick the newest versions that pyproject.toml allows (needs uv)
	sh deploy/lock.sh

clean:  ## remove the environment, caches and the demo's home and reports
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist kompetanse-home kompetanse/front_end/built
	find reports -mindepth 1 ! -name README.md -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
