-- What could not be read, or not wholly.
SELECT now.target, artifacts.kind, artifacts.error
FROM artifacts JOIN now USING (unit)
WHERE artifacts.error != ''
ORDER BY ALL
