/** What a shop copies onto its own site. Pure; code is code in every language. */

/** The line of HTML that brings the chat onto a page. */
export function embedOf(url: string, code: string, known = false): string {
  const token = known ? ' data-buyer-token="TOKEN"' : '';
  return `<script src="${url}/widget.js" data-shop="${code}"${token} async></script>`;
}

export const SAMPLES = ['node', 'php', 'java'] as const;
export type Sample = (typeof SAMPLES)[number];
export const SAMPLE_NAMES: Record<Sample, string> = { node: 'Node.js', php: 'PHP', java: 'Java' };

/** How the shop's server signs the token of a known buyer: HS256, ten minutes at most, used once. */
export function sampleOf(kind: Sample, code: string): string {
  if (kind === 'node')
    return `import { createHmac, randomUUID } from 'node:crypto';

const key = Buffer.from(process.env.YINGKE_KEY, 'hex');
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function buyerToken(buyer) {
  const head = part({ alg: 'HS256', typ: 'JWT' });
  const body = part({
    shop: '${code}',
    buyer: String(buyer.id),
    name: buyer.name,
    exp: Math.floor(Date.now() / 1000) + 300,
    jti: randomUUID(),
  });
  const sign = createHmac('sha256', key).update(\`\${head}.\${body}\`).digest('base64url');
  return \`\${head}.\${body}.\${sign}\`;
}`;
  if (kind === 'php')
    return `<?php
function buyer_token(array $buyer): string {
    $key = hex2bin(getenv('YINGKE_KEY'));
    $part = fn ($bytes) => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $head = $part(json_encode(['alg' => 'HS256', 'typ' => 'JWT']));
    $body = $part(json_encode([
        'shop' => '${code}',
        'buyer' => (string) $buyer['id'],
        'name' => $buyer['name'],
        'exp' => time() + 300,
        'jti' => bin2hex(random_bytes(16)),
    ], JSON_UNESCAPED_UNICODE));
    $sign = $part(hash_hmac('sha256', "$head.$body", $key, true));
    return "$head.$body.$sign";
}`;
  return `import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class BuyerToken {
    private static final byte[] KEY = HexFormat.of().parseHex(System.getenv("YINGKE_KEY"));

    private static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** buyerJson, nameJson: JSON strings with their quotes, written by your JSON library. */
    static String of(String buyerJson, String nameJson) throws Exception {
        String head = part("{\\"alg\\":\\"HS256\\",\\"typ\\":\\"JWT\\"}".getBytes(StandardCharsets.UTF_8));
        long exp = System.currentTimeMillis() / 1000 + 300;
        String claims = "{\\"shop\\":\\"${code}\\",\\"buyer\\":" + buyerJson + ",\\"name\\":" + nameJson
            + ",\\"exp\\":" + exp + ",\\"jti\\":\\"" + UUID.randomUUID() + "\\"}";
        String body = part(claims.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        return head + "." + body + "." + part(mac.doFinal((head + "." + body).getBytes(StandardCharsets.UTF_8)));
    }
}`;
}
