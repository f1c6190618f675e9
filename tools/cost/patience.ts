/** The program with the longest time that Lambda knows for each function: how busy this computer is must not decide what a day counts. */
import { z } from "zod";
import { createGraph, type Graph, type Registered, registerResources } from "../../local/program/graph";
import type { StackConfig } from "../../local/program/stack-config";

const longestSeconds = 900;

export const patient = (resource: Registered): Registered =>
  resource.type === "aws:lambda/function:Function"
    ? { ...resource, inputs: { ...z.looseObject({}).parse(resource.inputs), timeout: longestSeconds } }
    : resource;

export const loadPatiently = async (stack: StackConfig): Promise<Graph> =>
  createGraph((await registerResources(stack)).map(patient));
