/** The plans of `tariffs/`: each parses and passes every check, and says of each version where its prices are from. */
import { readTariff, tariffNames } from "../../configuration/tariffs";

test.each(tariffNames())("%s is read, and each version names a source or says that it is an example", (name) => {
  const { sources, components } = readTariff(name);
  const versions = components.flatMap(({ id, versions }) => versions.map((version) => ({ id, ...version })));
  expect(versions.length).toBeGreaterThan(0);
  const unsaid = versions.filter(
    ({ source, example }) => !example && (source === undefined || !sources[source]?.title),
  );
  expect(unsaid.map(({ id, from }) => `${id} ${from}`)).toEqual([]);
});

/** The year of the recorded meters begins on 30 May 2024. */
test.each(tariffNames())("%s holds from the beginning of 2024 on", (name) => {
  const begins = readTariff(name).components.map(({ versions }) => versions[0]?.from ?? "");
  expect(begins.filter((from) => from > "2024-01-01")).toEqual([]);
});
