import { answerOf, show } from "./show.js";

const worker = new Worker(new URL("./trainer.js", import.meta.url), { type: "module" });

show(() => answerOf(worker));
