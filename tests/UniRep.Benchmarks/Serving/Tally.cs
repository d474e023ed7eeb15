using System.Collections.Concurrent;
using System.Globalization;

namespace UniRep.Benchmarks.Serving;

/// <summary>What became of requests.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _outcomes = new();
    private readonly ConcurrentBag<double> _milliseconds = [];
    private long _residues;

    /// <summary>Gets the residues of right answers.</summary>
    public long Residues => Interlocked.Read(ref _residues);

    /// <summary>Gets the number of right answers.</summary>
    public int Right => Count("right");

    /// <summary>Gets the number of requests with another outcome than a right answer or a refusal that says when to come
    /// again.</summary>
    public int Faults =>
        _outcomes
            .Where(pair => pair.Key is not ("right" or "429 with Retry-After"))
            .Sum(pair => pair.Value);

    public int Count(string outcome) => _outcomes.GetValueOrDefault(outcome);

    /// <summary>Notes an outcome in words.</summary>
    public void Note(string outcome) => _outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);

    /// <summary>Notes an answer.</summary>
    public void Note(LoadRequest request, RawResponse response, double milliseconds)
    {
        if (response.Status == 200 && request.IsRight(response))
        {
            Interlocked.Add(ref _residues, request.Residues);
            _milliseconds.Add(milliseconds);
            Note("right");
            return;
        }

        Note(
            response.Status switch
            {
                200 => "WRONG VECTOR",
                429 => response.Header("Retry-After") is null
                    ? "429 WITHOUT Retry-After"
                    : "429 with Retry-After",
                var status => status.ToString(CultureInfo.InvariantCulture),
            }
        );
    }

    /// <summary>Gives a quantile of the latencies of right answers.</summary>
    public double Quantile(double share)
    {
        var sorted = _milliseconds.Order().ToArray();
        return sorted.Length == 0
            ? double.NaN
            : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    public override string ToString() =>
        string.Join(
            ", ",
            _outcomes.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}")
        );
}
