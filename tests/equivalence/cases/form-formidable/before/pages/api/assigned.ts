import { readFileSync } from 'fs';
import { unlink } from 'fs/promises';
import formidable from 'formidable';
import type { NextApiRequest, NextApiResponse } from 'next';
import { db } from '../../lib/db';

export const config = { api: { bodyParser: false } };

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  let fields: formidable.Fields, files: formidable.Files;
  try {
    [fields, files] = await formidable({})
      .parse(req)
      .finally(() => db.photos.add('read'));
  } catch (error) {
    return res.status(400).json({ error: 'No form' });
  }
  const names = await Promise.all(
    (files.photo ?? []).map(async (photo) => [photo.originalFilename, readFileSync(photo.filepath, 'utf8')]),
  );
  let photo: formidable.File | undefined;
  for (photo of files.photo ?? []) {
    try {
      await unlink(photo.filepath);
    } catch {}
  }
  let first = null;
  if (files.photo) first = files.photo[0];
  res.status(200).json({ names, fields, last: photo?.size ?? null, first: first?.mimetype ?? null });
}
