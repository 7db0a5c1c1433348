# Everything a contributor or CI runs. Needs Python 3.11+ and nothing else.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PEER   := .venv-peer

# Tests that run at once: one more than cores, for many wait for processes, beats and looks.
CORES        := $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
TEST_WORKERS ?= $(shell echo $$(($(CORES) < 8 ? $(CORES) + 1 : 8)))

# In the order of the folders, for the few long files come first: as the last they would run alone.
EVERYDAY = $(BIN)/python -m pytest -m 'not campaign' --numprocesses $(TEST_WORKERS) --dist loadfile \
	--no-loadscope-reorder

.PHONY: demo test check campaign bench-replays bench-shorts bench-stories bench-captures bench-storyboards words format \
	clean help

help:  ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Reelmill needs Python 3.11 or newer.") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

$(VENV)/.run: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@ $(VENV)/.run

$(VENV)/.witness: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --group witness
	@touch $@

demo: $(VENV)/.run  ## Set up, render sample games, say where they are
	$(BIN)/reelmill demo

test: $(VENV)/.dev  ## Set up and run every test
	@sh tests/browser.sh
	$(EVERYDAY)

check: $(VENV)/.dev  ## Format, lint, types, import contracts, tests, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@sh tests/browser.sh
	$(EVERYDAY)

campaign: $(VENV)/.witness  ## The long tests: thousands of mutants, many kills, every real file
	@sh tests/browser.sh
	$(BIN)/python -m pytest -m campaign --timeout 3600

bench-replays: $(VENV)/.dev  ## Games a minute, frames a second, memory, and the ratio against the peer
	@test -x $(PEER)/bin/python || $(PYTHON) -m venv $(PEER)
	@$(PEER)/bin/python -m pip install --quiet --requirement benchmarks/peer-requirements.txt
	$(BIN)/python -m benchmarks.overhead
	$(BIN)/python -m benchmarks.replays --peer-python $(PEER)/bin/python $(BENCH)

bench-shorts: $(VENV)/.dev  ## A minute of 1080p as a short: seconds, SSIM, memory, by three ways; how long an export takes to be accepted
	$(BIN)/python -m benchmarks.shorts $(BENCH)
	$(BIN)/python -m benchmarks.accept

bench-stories: $(VENV)/.dev  ## Ten minutes of 4K from known clips, the first time, memory, against the template command
	$(BIN)/python -m benchmarks.stories $(BENCH)

bench-captures: $(VENV)/.dev  ## Frames out of ten minutes of 1080p60 in a TAR, against decoding all of it
	$(BIN)/python -m benchmarks.captures $(BENCH)
	$(BIN)/python -m benchmarks.manifest

bench-storyboards: $(VENV)/.dev  ## A film of stills in motion, against the usual filters of ffmpeg: frames a second, memory
	$(BIN)/python -m benchmarks.storyboards $(BENCH)

words: $(VENV)/.dev  ## Bring the catalogues of the languages up to date with the labels
	$(BIN)/python docs/catalogues.py

format: $(VENV)/.dev  ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## Remove environments and caches; keeps reelmill-data
	rm -rf $(VENV) $(PEER) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
