/**
 * Google Cloud logs who read or wrote data (`audit.dataAccess`). Who changed a resource or a right it logs always, and keeps that
 * for 400 days; these entries are kept for 30.
 */
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { enableApi } from "./api";

/** Where data lies. BigQuery logs most of its own in any case; the configuration here also says so. */
const services = ["bigquery", "storage"];

/** Of the whole project: a second stack in it that says the same changes nothing, and one that goes takes it away. */
export class DataAccessAudit extends pulumi.ComponentResource {
  constructor(name: string, args: { readonly project: string }, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:DataAccessAudit", name, {}, opts);
    const api = enableApi(`${name}-api`, "cloudresourcemanager", this);
    const auditLogConfigs = ["DATA_READ", "DATA_WRITE"].map((logType) => ({ logType }));
    for (const service of services)
      new gcp.projects.IAMAuditConfig(
        `${name}-${service}`,
        { project: args.project, service: `${service}.googleapis.com`, auditLogConfigs },
        { parent: this, dependsOn: api },
      );
    this.registerOutputs({});
  }
}
