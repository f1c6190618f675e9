/** The APIs that a component needs. They stay enabled when it goes: others of the project may use them. */
import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

/** Enables `<service>.googleapis.com`. */
export function enableApi(name: string, service: string, parent: pulumi.Resource): gcp.projects.Service {
  const inputs = { service: `${service}.googleapis.com`, disableOnDestroy: false };
  return new gcp.projects.Service(name, inputs, { parent });
}
