import { stat } from 'node:fs/promises';
import path from 'node:path';

const READ_AND_ENTER_FOR_OTHERS = 0o005;
const ENTER_FOR_OTHERS = 0o001;

/** Whether an unrelated account may read the folder and walk to it from the root. */
export async function isReachableByAnyone(dir: string): Promise<boolean> {
  if (!((await modeOf(dir)) & READ_AND_ENTER_FOR_OTHERS)) return false;
  for (let parent = path.dirname(dir); ; parent = path.dirname(parent)) {
    if (!((await modeOf(parent)) & ENTER_FOR_OTHERS)) return false;
    if (parent === path.dirname(parent)) return true;
  }
}

async function modeOf(dir: string): Promise<number> {
  return (await stat(dir)).mode;
}
