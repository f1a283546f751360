import { appendFileSync } from 'node:fs';
import { watchSentIssues } from './sent-calls.js';

/** Loaded into processes of the program by `--import`: they note what they send before it is sent, so that a kill loses no note. */
const file = process.env['HOLDFAST_TEST_SENT_ISSUES'];
if (file !== undefined) watchSentIssues((issue) => appendFileSync(file, `\n${JSON.stringify(issue)}`));
