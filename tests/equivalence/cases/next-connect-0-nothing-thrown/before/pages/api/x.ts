import nc from 'next-connect';
import { catchAsync } from '../../lib/catch';
import { db } from '../../lib/db';

export default nc({ onError: (error: any, req: any, res: any) => res.status(500).json({ error: String(error) }) })
  .get(async (req: any, res: any, next: any) => {
    if (req.query.nothing) throw undefined;
    await db.note('first');
    throw new Error('something');
  })
  .get(async (req: any, res: any) => res.json({ second: await db.note('second') }))
  .post(
    catchAsync(async (req: any, res: any) => {
      await db.note('first');
      throw null;
    }),
  )
  .post(catchAsync(async (req: any, res: any) => res.json({ second: await db.note('second') })))
  .put(async (req: any, res: any) => {
    throw undefined;
  });
