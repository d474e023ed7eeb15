using UniRep.Server.Requests;

namespace UniRep.Server.Observability;

/// <summary>What is known of a request besides HTTP: for the log, the metrics and the queue. Never a sequence.</summary>
internal sealed class RequestInfo
{
    /// <summary>Gets or sets who asks: the number of an API key, or an address.</summary>
    public string Client { get; set; } = "";

    /// <summary>Gets the number of sequences.</summary>
    public int Sequences { get; private set; }

    /// <summary>Gets the number of residues.</summary>
    public long Residues { get; private set; }

    /// <summary>Gets or sets the code of the error that the request was answered with; null if there was none.</summary>
    public string? Error { get; set; }

    /// <summary>Notes what a request asks for, and gives the client.</summary>
    public string Take(SequenceBatch batch)
    {
        Count(batch.Sequences.Length, batch.Residues);
        return Client;
    }

    /// <summary>Notes sequences that the request is about.</summary>
    public void Count(int sequences, long residues)
    {
        Sequences += sequences;
        Residues += residues;
    }
}

/// <summary>Where the information about a request is.</summary>
internal static class RequestInfoExtensions
{
    /// <summary>Gets the information about a request.</summary>
    public static RequestInfo Info(this HttpContext context)
    {
        var info = context.Features.Get<RequestInfo>();
        if (info is null)
        {
            info = new RequestInfo();
            context.Features.Set(info);
        }

        return info;
    }
}
