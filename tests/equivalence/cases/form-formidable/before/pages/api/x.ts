import { readFile, unlink } from 'fs/promises';
import formidable from 'formidable';
import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '../../lib/db';

export const config = { api: { bodyParser: false } };

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    const [fields, files] = await formidable({ keepExtensions: true }).parse(req);
    const saved = [];
    for (const photo of files.photo ?? []) {
      const content = await readFile(photo.filepath);
      saved.push(await db.photos.add(photo.originalFilename, photo.mimetype, photo.size, content.toString('base64')));
      await unlink(photo.filepath);
    }
    res.status(200).json({ saved, fields, missing: fields.missing === undefined, names: Object.keys(files) });
  } catch (error) {
    res.status(400).json({ error: 'No form' });
  }
}
