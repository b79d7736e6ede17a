import "neural-turing-machine/worker";
