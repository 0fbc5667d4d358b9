import { NextResponse } from 'next/server';
import { respond } from '../../../lib/respond';

const handler = respond(async () => new NextResponse('by itself', { status: 203 }), { raw: true });

export { handler as GET, handler as OPTIONS, handler as POST, handler as PUT, handler as PATCH, handler as DELETE };
