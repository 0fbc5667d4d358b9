import { readFileSync } from 'fs';
import { IncomingForm } from 'formidable';
import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '../../lib/db';

export const config = { api: { bodyParser: false } };

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const form = new IncomingForm();
  form.parse(req, async (err, fields, files) => {
    if (err) {
      res.status(err.code === 1010 ? 422 : 400).end();
      return;
    }
    const first = Array.isArray(files.photo) ? files.photo[0] : undefined;
    const text = first ? readFileSync(first.filepath, 'latin1') : null;
    await db.photos.add(first?.originalFilename, text);
    res.status(200).json({ text, fields });
  });
}
