/** What the bootstrap's configuration may say. */
import { parseBootstrap } from "../../bootstrap/config";
import { repositoryOf, subjects } from "../../bootstrap/subjects";

const valid = {
  repository: "me@1/home@2",
  deploys: { dev: { branch: "main" }, prod: { environment: "prod", tags: "v" } },
};

test("a repository with its ids or without, and a source for each stack", () => {
  expect(parseBootstrap(valid)).toEqual(valid);
  expect(parseBootstrap({ ...valid, repository: "me/home" }).repository).toBe("me/home");
  expect(repositoryOf("me@1/home@2")).toEqual({ name: "me/home", id: "2" });
  expect(repositoryOf("me/home")).toEqual({ name: "me/home", id: undefined });
});

test.each([
  ["a bare name", { repository: "home" }, /owner\/name/],
  ["a wildcard", { repository: "me/*" }, /owner\/name/],
  ["a branch with a wildcard", { deploys: { dev: { branch: "*" } } }, /deploys\.dev/],
  ["an environment without tags", { deploys: { prod: { environment: "prod" } } }, /deploys\.prod/],
  ["an unknown key", { owner: "me" }, /owner/],
  [
    "stacks that one name pattern catches",
    { deploys: { a: { branch: "x" }, "a-b": { branch: "y" } } },
    /begins as "a-"/,
  ],
  [
    "a stack whose accounts' ids were too long",
    { deploys: { "sixteen-letters-": { branch: "x" } } },
    /a stack of up to 15 characters/,
  ],
])("%s is refused", (_, changes, message) => {
  expect(() => parseBootstrap({ ...valid, ...changes })).toThrow(message);
});

test("a subject may have as many characters as Google takes, and not one more", () => {
  const repositoryFor = (length: number) => {
    const rest = subjects("me/", { environment: "prod", tags: "v" }).deploy.length;
    return `me/${"n".repeat(length - rest)}`;
  };
  const deploys = { prod: { environment: "prod", tags: "v" } };
  expect(parseBootstrap({ repository: repositoryFor(127), deploys }).deploys).toEqual(deploys);
  expect(() => parseBootstrap({ repository: repositoryFor(128), deploys })).toThrow(
    /128 characters, but Google takes 127/,
  );
});
