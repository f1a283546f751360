/**
 * How Node.js is started for API and worker. Young garbage of the start would otherwise stay with an idle process: 35 MB of the two. And where
 * V8 may take gigabytes, it lets the heap grow to four times of what lives before it collects; below one gigabyte to less than twice.
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=8', '--max-old-space-size=1024'];
