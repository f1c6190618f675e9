/** The bills that were computed by hand, at least one for each plan of `tariffs/`. */

import { cases as auBlockN90 } from "./au-block-n90";
import { cases as auFreeMidday } from "./au-free-midday";
import { cases as beCapacity } from "./be-capacity";
import { cases as caOntarioTiers } from "./ca-ontario-tiers";
import type { Case } from "./case";
import { cases as czD25d } from "./cz-d25d";
import { cases as de14aEdis } from "./de-14a-edis";
import { cases as deSpot } from "./de-spot";
import { cases as es20td } from "./es-2-0td";
import { cases as frTempo } from "./fr-tempo";
import { cases as gbAgile } from "./gb-agile";
import { cases as gbEconomy7 } from "./gb-economy-7";
import { cases as itF1F2F3 } from "./it-f1-f2-f3";
import { cases as plG11 } from "./pl-g11";
import { cases as plG11Prosumer } from "./pl-g11-prosumer";
import { cases as plG12 } from "./pl-g12";
import { cases as plG12wPge } from "./pl-g12w-pge";
import { cases as plG12wTauron } from "./pl-g12w-tauron";
import { cases as plG13Tauron } from "./pl-g13-tauron";
import { cases as ptWeeklyCycle } from "./pt-weekly-cycle";
import { cases as seEffect } from "./se-effect";
import { cases as siFiveBlocks } from "./si-five-blocks";
import { cases as usETouC } from "./us-e-tou-c";

export const cases: readonly Case[] = [
  ...auBlockN90,
  ...auFreeMidday,
  ...beCapacity,
  ...caOntarioTiers,
  ...czD25d,
  ...de14aEdis,
  ...deSpot,
  ...es20td,
  ...frTempo,
  ...gbAgile,
  ...gbEconomy7,
  ...itF1F2F3,
  ...plG11,
  ...plG11Prosumer,
  ...plG12,
  ...plG12wPge,
  ...plG12wTauron,
  ...plG13Tauron,
  ...ptWeeklyCycle,
  ...seEffect,
  ...siFiveBlocks,
  ...usETouC,
];
