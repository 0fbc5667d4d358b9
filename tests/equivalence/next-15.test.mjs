import { compareIn } from './lib/suite.mjs';

compareIn('15');
