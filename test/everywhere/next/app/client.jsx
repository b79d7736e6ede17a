"use client";

import * as ntm from "neural-turing-machine";
import { useEffect } from "react";
import { copyRun } from "../runs.js";
import { show } from "../show.js";

export function Client() {
  useEffect(() => {
    show(() => copyRun(ntm));
  }, []);
  return <output />;
}
