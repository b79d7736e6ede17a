const ntm = require("neural-turing-machine");
const { copyRun } = require("./runs.js");

copyRun(ntm).then((digests) => console.log(JSON.stringify(digests)));
