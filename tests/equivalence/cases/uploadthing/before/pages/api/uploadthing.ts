import { createRouteHandler } from 'uploadthing/next-legacy';
import { router } from '../../server/uploadthing';

const token = Buffer.from(JSON.stringify({ apiKey: 'sk_test', appId: 'app', regions: ['fra1'] })).toString('base64');

export default createRouteHandler({
  router,
  config: { token, logLevel: 'None', isDev: false, handleDaemonPromise: 'void' },
});
