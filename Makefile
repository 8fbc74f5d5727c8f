# Works on a machine that has Python 3.11 or newer, pip and make, and nothing else: each target makes what it needs.
PYTHON ?= python3.11
BIN = .venv/bin

.PHONY: help demo test dev lint docs site corpus residue readings corpus-check bench bench-instructions requirements-check ablate fleet newcomer fuzz goldens clean

help:
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 20

demo: .demo/.ready  ## install a small real ML environment from PyPI and judge it
	@cd demo && ../.demo/tool/bin/licensescan check --env ../.demo/env || test $$? -eq 1

test: .venv/.ready  ## run all the tests, on all cores
	$(BIN)/python -m pytest -n auto

# pip compiles what it installs, but not what is used in place: with PYTHONDONTWRITEBYTECODE each run would compile anew.
dev: .venv/.ready  ## a virtual environment with everything for development
	@$(BIN)/python -m compileall -q licensescan
	@echo "ready: $(BIN)/licensescan"

lint: .venv/.ready  ## format, lint, types, layers, complexity and density
	$(BIN)/ruff format --check licensescan tests corpus benchmarks docs
	$(BIN)/ruff check licensescan tests corpus benchmarks docs
	$(BIN)/mypy --strict licensescan
	$(BIN)/lint-imports --cache-dir .mypy_cache/import_linter
	$(BIN)/complexipy licensescan --max-complexity-allowed 15 --failed --quiet --cache-dir .mypy_cache/complexipy
	$(BIN)/python benchmarks/density.py licensescan --most-tokens 7.5 --most-branches 25 >/dev/null

docs: .venv/.ready  ## write the pages made from rules/, the command line, the decision records and the imports anew
	$(BIN)/python docs/generate.py

site: .venv/.ready  ## build the pages as a site into build/site; a link that leads nowhere fails it
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group docs
	$(BIN)/python -m mkdocs build --strict --quiet

corpus: .venv/.ready  ## compile corpus/index.bin and rules/cues.tsv anew from their pinned sources
	$(BIN)/python corpus/build.py
	$(BIN)/python corpus/cues.py

readings: .venv/.ready  ## read the texts of all licenses anew into rules/readings.tsv
	$(BIN)/python corpus/readings.py

PACKAGES ?= $(wildcard .venv/lib/python3*/site-packages) /usr/share/doc
residue: .venv/.ready  ## learn anew what is harmless beside licenses, from the license files of PACKAGES (folders, wheels)
	$(BIN)/python corpus/residue.py $(PACKAGES)

corpus-check: .venv/.ready  ## compile twice, compare with the committed index, detect every license text in it
	@mkdir -p build
	$(BIN)/python corpus/build.py --output build/index-1.bin
	$(BIN)/python corpus/build.py --output build/index-2.bin
	cmp build/index-1.bin build/index-2.bin
	cmp build/index-1.bin corpus/index.bin
	$(BIN)/python corpus/cues.py --output build/cues.tsv
	cmp build/cues.tsv rules/cues.tsv
	$(BIN)/python corpus/check.py

bench: .venv/.ready  ## measure the budgets of docs/architecture.md
	$(BIN)/python benchmarks/run.py

bench-instructions: .venv/.ready  ## count the instructions of three commands, by valgrind, and hold them against their budgets
	$(BIN)/python benchmarks/instructions.py --budgets

requirements-check: .venv/.ready  ## hold the reading of requirement files against pip's own resolver report
	$(BIN)/python benchmarks/requirements.py

told: .venv/.ready  ## put labelled sentences into the places where people write them, and hold the gate against the labels
	$(BIN)/python benchmarks/told.py

WHEELS ?=
fleet: .venv/.ready  ## prove and measure fleets: the same store from all engines, kills, growth; WHEELS is a folder of real ones
	$(BIN)/python benchmarks/fleet.py $(if $(WHEELS),--wheels $(WHEELS))

TEXTS ?= $(wildcard .venv/lib/python3*/site-packages/*.dist-info)
ablate: .venv/.ready  ## count the answers that need each reason of --why, over the texts below TEXTS
	$(BIN)/python benchmarks/ablate.py $(TEXTS)

newcomer: .venv/.ready  ## from installing with pip, uv, poetry and conda to the first right answer; needs an index
	LICENSESCAN_NEWCOMER=1 $(BIN)/python -m pytest -q -rs tests/test_newcomer.py

fuzz: .venv/.ready  ## the property tests with many more examples
	$(BIN)/python -m pytest tests/property --hypothesis-profile=fuzz

goldens: .venv/.ready  ## write the expected outputs of tests/cases anew
	LICENSESCAN_GOLDENS=rewrite $(BIN)/python -m pytest tests/test_cases.py

clean:
	rm -rf .venv .demo build dist

.venv/.ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

.demo/.ready: demo/requirements.txt pyproject.toml
	$(PYTHON) -m venv .demo/tool
	.demo/tool/bin/python -m pip install --quiet --disable-pip-version-check .
	$(PYTHON) -m venv --without-pip .demo/env
	.demo/tool/bin/python -m pip --python .demo/env/bin/python install --quiet --disable-pip-version-check \
		--only-binary=:all: --no-deps --requirement demo/requirements.txt
	@touch $@
