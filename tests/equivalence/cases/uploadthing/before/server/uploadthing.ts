import type { NextApiRequest, NextApiResponse } from 'next';
import { createUploadthing, type FileRouter } from 'uploadthing/next-legacy';
import { UploadThingError } from 'uploadthing/server';
import { db } from '../lib/db';

const f = createUploadthing({
  errorFormatter: (error) => ({ message: error.message, code: error.code }),
});

async function requireUser(req: NextApiRequest, res: NextApiResponse) {
  const user = req.cookies.user ?? req.headers['x-user'];
  if (!user) throw new UploadThingError('Unauthorized');
  return { user, method: req.method };
}

export const router = {
  avatar: f({ image: { maxFileSize: '4MB', maxFileCount: 2 } })
    .middleware(async ({ req, res, files }) => {
      const { user, method } = await requireUser(req, res);
      db.uploaded(user, method, files.length);
      throw new UploadThingError(`No more for ${user}: ${req.url}`);
    })
    .onUploadComplete(({ metadata }) => console.log(metadata)),
  text: f(['text'])
    .input({ parseAsync: async (input: unknown) => input as { folder: string } })
    .middleware(({ input }) => {
      if (input?.folder === 'closed') throw new Error('closed');
      return { folder: input?.folder ?? null };
    })
    .onUploadComplete(({ file, req }) => {
      db.uploaded(file.name, req.headers['user-agent']);
      return { done: true };
    }),
} satisfies FileRouter;
