namespace UniRep.Cli.Help;

/// <summary>Finds the word that a mistyped one resembles most.</summary>
internal static class Suggestion
{
    private const int Most = 3;

    /// <summary>A question to add to a message, empty if nothing is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        var near = Near(word, known);
        return near.Count == 0 ? "" : $". Did you mean {string.Join(" or ", near)}?";
    }

    /// <summary>The known words nearest to one: slips of the finger first, then words that it is a part of.</summary>
    public static IReadOnlyList<string> Near(string word, IEnumerable<string> known)
    {
        var text = word.TrimStart('-').ToLowerInvariant();
        var ranked = known
            .Distinct()
            .Select(name => (name, distance: Distance(text, name.TrimStart('-'))))
            .OrderBy(pair => pair.distance)
            .ToList();
        var slips = ranked
            .Where(pair => pair.distance <= Math.Max(1, text.Length / 3))
            .Where(pair => pair.distance < text.Length)
            .ToList();
        var chosen =
            slips.Count > 0
                ? slips.TakeWhile(pair => pair.distance == slips[0].distance)
                : ranked.Where(pair => text.Length > 2 && pair.name.Contains(text));
        return [.. chosen.Take(Most).Select(pair => pair.name)];
    }

    /// <summary>How many letters must be inserted, left out, replaced or swapped with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        var distances = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distances[i, j] = i + j;
                    continue;
                }

                var replaced = distances[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                var moved = Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1;
                distances[i, j] = Math.Min(replaced, moved);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    distances[i, j] = Math.Min(distances[i, j], distances[i - 2, j - 2] + 1);
                }
            }
        }

        return distances[a.Length, b.Length];
    }
}
