# make demo   the main job on the embedded portal
# make test   all tests; installs what they need and says loudly what it had to skip
# make lint   static analysis
# make bench  benchmarks: ratios, times, sizes
# make fuzz   every fuzz target for a few seconds

GO      ?= go
FUZZ    ?= 10s
LDFLAGS := -s -w
BIN     := bin/crmaudit

.PHONY: build demo test race lint bench fuzz clean

build:
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/crmaudit

demo: build
	$(BIN) demo -o demo
	@echo
	@echo 'Open demo/report.pdf or demo/report.html. Another portal: $(BIN) demo --scenario tidy; another language: --lang en'

test:
	@sh scripts/test.sh

race:
	$(GO) test -race ./...

lint:
	$(GO) vet ./...
	test -z "$$(gofmt -l cmd checks collectors facts fixtures internal offboard report templates)"
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

bench:
	@sh scripts/bench.sh

fuzz:
	@sh scripts/fuzz.sh $(FUZZ)

clean:
	rm -rf bin demo
