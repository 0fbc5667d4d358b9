import { createRouter } from 'next-connect';
import { db } from '../../lib/db';

// Errors are the router's: logged, and answered by "Internal Server Error".
const handler = createRouter()
  .all((req: any, res: any, next) => {
    console.log(req.method);
    return next();
  })
  .post(async (req: any, res: any) => res.json(await db.add(req.body)))
  .delete((req: any, res: any) => {
    db.user('broken');
    res.status(204).end();
  })
  .handler();

export default handler;
