<?php
// One ticket with nothing but PHP 8: no extension beyond json, no library. Fits into a handler of a portal.
declare(strict_types=1);

/** Asks the server; waits and tries again when it says so. */
function classify(string $url, string $key, array $request): array
{
    $body = json_encode($request, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
    for ($attempt = 1; ; $attempt++) {
        $context = stream_context_create(['http' => [
            'method' => 'POST',
            'header' => "Content-Type: application/json\r\nAuthorization: Bearer $key\r\nConnection: close",
            'content' => $body,
            'timeout' => 30,
            'ignore_errors' => true, // refusals have a body too
            'follow_location' => 0,
        ]]);
        $answer = @file_get_contents("$url/v1/classify", false, $context);
        if ($answer === false) {
            throw new RuntimeException("no answer from $url");
        }
        $status = (int) explode(' ', $http_response_header[0])[1];
        $decoded = json_decode($answer, true, 64, JSON_THROW_ON_ERROR);
        if ($status === 200) {
            return $decoded;
        }
        if (in_array($status, [429, 503], true) && $attempt < 4) {
            sleep(min(30, (int) ($decoded['retry_after'] ?? 1)));
            continue;
        }
        throw new RuntimeException("$status {$decoded['title']}: " . ($decoded['detail'] ?? ''));
    }
}

$url = getenv('SUPPORT_TRIAGE_URL') ?: exit("SUPPORT_TRIAGE_URL is not set\n");
$key = getenv('SUPPORT_TRIAGE_KEY') ?: exit("SUPPORT_TRIAGE_KEY is not set\n");
$ticket = $argv[1] ?? exit("give the text of a ticket\n");

$decision = classify($url, $key, ['text' => $ticket, 'facts' => ['administrator' => true]]);
printf("%s %.2f %s\n\n%s\n", $decision['verdict'], $decision['confidence'], $decision['topic'] ?? '-', $decision['reply']);
foreach ($decision['requirements'] as $requirement) {
    if ($requirement['state'] === 'unmet') {
        printf("- %s: %s\n", $requirement['title'], $requirement['text']);
    }
}
