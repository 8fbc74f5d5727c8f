-- How much there is.
SELECT
    (SELECT count(*) FROM now) AS targets,
    (SELECT count(DISTINCT unit) FROM now) AS contents,
    (SELECT count(*) FROM now WHERE unit NOT IN (SELECT unit FROM artifacts)) AS "not read yet",
    (SELECT count(*) FROM artifacts WHERE error != '') AS errors,
    (SELECT count(*) FROM components) AS components,
    (SELECT min(date) FROM sightings) AS "first date",
    (SELECT max(date) FROM sightings) AS "last date"
