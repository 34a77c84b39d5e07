  private async handleDirectWebhook(request: FastifyRequest, reply: FastifyReply) {
    const signature = request.headers["linear-signature"] as string;
    if (!signature) { reply.code(401).send({ error: "Missing linear-signature header" }); return; }
    const bodyBuffer = Buffer.from(JSON.stringify(request.body));
    const isValid = this.linearWebhookClient.verify(bodyBuffer, signature,
      (request.body as any).webhookTimestamp);
    if (!isValid) { reply.code(401).send({ error: "Invalid webhook signature" }); return; }
