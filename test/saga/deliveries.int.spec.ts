import { describe } from '@jest/globals';
import { deliveries, directDelivery } from './delivery.js';
import { localStories } from './stories.js';

describe.each(deliveries)('A redemption that is delivered $name', ({ deliver }) => {
  localStories((rig) => Promise.resolve(directDelivery(rig, deliver)));
});
