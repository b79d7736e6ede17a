import * as ntm from "neural-turing-machine";
import { copyRun } from "../runs.js";
import { Client } from "./client.jsx";

export const dynamic = "force-dynamic"; // trained at each request, not while building

export default async function Page() {
  return (
    <main>
      <output>{JSON.stringify(await copyRun(ntm))}</output>
      <Client />
    </main>
  );
}
