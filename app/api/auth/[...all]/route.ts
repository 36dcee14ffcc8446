import { handleAuthRequest } from '#server/accounts/auth-handler.ts';

export const dynamic = 'force-dynamic';

export const GET = (request: Request): Promise<Response> => handleAuthRequest(request);
export const POST = (request: Request): Promise<Response> => handleAuthRequest(request);
