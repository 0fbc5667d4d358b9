import { takeEffects } from '../../lib/effects';

export default function handler(req, res) {
  res.json(takeEffects());
}
