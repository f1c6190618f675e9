/** Where the project lies: the program, its stack files and packages are found from here. */
import { join } from "node:path";

export const projectDirectory = join(__dirname, "..");
