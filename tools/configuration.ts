/** `npm run configuration`: writes docs/configuration.md out of the schema. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../local/project";
import { configurationPage } from "./configuration/page";

const path = join(projectDirectory, "docs/configuration.md");
writeFileSync(path, configurationPage());
process.stdout.write(`${path} is written.\n`);
