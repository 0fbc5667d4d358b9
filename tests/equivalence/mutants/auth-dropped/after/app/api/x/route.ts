import { NextRequest, NextResponse } from 'next/server';
import { user } from '../../../lib/db';

export async function GET(req: NextRequest) {
  if (!(await user(req.cookies.get('session')?.value))) new NextResponse(null, { status: 401 });
  return NextResponse.json({ secret: true });
}
