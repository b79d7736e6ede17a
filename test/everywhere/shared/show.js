/**
 * Puts what a run came to, or how it failed, in the page's first empty `<output>`, where the harness waits for it.
 * @param {() => Promise<import("./runs.js").Results>} run
 */
export async function show(run) {
  const result = await run().catch((error) => ({ error: `${error}\n${error.stack}` }));
  const output = /** @type {HTMLOutputElement} */ (document.querySelector("output:empty"));
  output.textContent = JSON.stringify(result);
}

/**
 * What a worker answers, or how it failed.
 * @param {Worker} worker
 * @returns {Promise<import("./runs.js").Results>}
 */
export function answerOf(worker) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}
