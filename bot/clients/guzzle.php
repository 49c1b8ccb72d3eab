<?php
// The same with Guzzle 7, which keeps the connection and retries by a middleware.
declare(strict_types=1);

use GuzzleHttp\Client;
use GuzzleHttp\Exception\BadResponseException;
use GuzzleHttp\HandlerStack;
use GuzzleHttp\Middleware;
use GuzzleHttp\RequestOptions;
use Psr\Http\Message\RequestInterface;
use Psr\Http\Message\ResponseInterface;

require getenv('GUZZLE_AUTOLOAD') ?: 'vendor/autoload.php';

$url = getenv('SUPPORT_TRIAGE_URL') ?: exit("SUPPORT_TRIAGE_URL is not set\n");
$key = getenv('SUPPORT_TRIAGE_KEY') ?: exit("SUPPORT_TRIAGE_KEY is not set\n");
$ticket = $argv[1] ?? exit("give the text of a ticket\n");

$handlers = HandlerStack::create();
$handlers->push(Middleware::retry(
    fn (int $retries, RequestInterface $request, ?ResponseInterface $response = null) =>
        $retries < 3 && $response !== null && in_array($response->getStatusCode(), [429, 503], true),
    fn (int $retries, ?ResponseInterface $response = null) =>
        1000 * min(30, max(1, (int) ($response?->getHeaderLine('Retry-After') ?: 1))),
));
$client = new Client([
    'base_uri' => $url,
    'handler' => $handlers,
    RequestOptions::TIMEOUT => 30,
    RequestOptions::ALLOW_REDIRECTS => false,
    RequestOptions::HEADERS => ['Authorization' => "Bearer $key"],
]);

try {
    $response = $client->post('/v1/classify', [RequestOptions::JSON => ['tickets' => [['id' => 1, 'text' => $ticket]]]]);
} catch (BadResponseException $refused) {
    $problem = json_decode((string) $refused->getResponse()->getBody(), true);
    fwrite(STDERR, "{$problem['status']} {$problem['title']}: " . ($problem['detail'] ?? '') . "\n");
    exit(1);
}
foreach (json_decode((string) $response->getBody(), true, 64, JSON_THROW_ON_ERROR)['decisions'] as $decision) {
    printf("%s %.2f %s\n\n%s\n", $decision['verdict'], $decision['confidence'], $decision['topic'] ?? '-', $decision['reply']);
}
