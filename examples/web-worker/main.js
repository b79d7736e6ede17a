// The page: it tells the worker to start and to stop, and shows what the worker tells.
const find = (id) => document.getElementById(id);
const [bar, progress, start, stop, save, result] = ["bar", "progress", "start", "stop", "save", "result"].map(find);

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onerror = ({ message }) => ended(`The worker failed: ${message}`);
worker.onmessage = ({ data }) => {
  switch (data.kind) {
    case "progress":
      bar.value = data.step;
      progress.textContent = `${count(data.step)} updates, ${data.bitsPerSequence.toFixed(2)} bits per sequence, ${count(data.sequencesPerSecond)} sequences a second`;
      break;
    case "stopped":
      stands(data.step);
      ended(`Stopped after ${count(data.step)} updates.`);
      break;
    case "learned":
      stands(data.step);
      ended(`After ${count(data.step)} updates ${data.wrong} of the 960 bits of 120 vectors are wrong.`);
      start.disabled = true;
      find("saved").hidden = false;
      save.href = URL.createObjectURL(new Blob([data.checkpoint]));
      break;
    case "failed":
      ended(data.message);
  }
};

start.onclick = () => {
  worker.postMessage("start");
  result.textContent = "";
  [start.disabled, stop.disabled] = [true, false];
};

stop.onclick = () => {
  worker.postMessage("stop");
  stop.disabled = true;
};

/** Between two reports, where the machine stopped. */
function stands(step) {
  bar.value = step;
  progress.textContent = `${count(step)} updates`;
}

function ended(words) {
  result.textContent = words;
  [start.disabled, stop.disabled] = [false, true];
}

const count = (number) => Math.round(number).toLocaleString("en");
