import { note } from '../../../lib/effects';

export default async function handler(req, res) {
  res.json({ ok: true });
  note('started');
  await new Promise((resolve) => setTimeout(resolve, 500));
  note('done');
}
